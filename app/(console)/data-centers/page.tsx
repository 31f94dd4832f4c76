import type { Metadata } from "next";
import { DataCentersPage } from "../../../components/data-centers-page/data-centers.tsx";

export const metadata: Metadata = { title: "Data centres" };

export default function Page() {
  return <DataCentersPage />;
}
