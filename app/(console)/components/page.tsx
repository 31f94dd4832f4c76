import type { Metadata } from "next";
import { ComponentsPage } from "../../../components/components-page/list.tsx";

export const metadata: Metadata = { title: "Components" };

export default function Page() {
  return <ComponentsPage />;
}
