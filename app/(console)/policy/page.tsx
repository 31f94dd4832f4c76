import type { Metadata } from "next";
import { PolicyPage } from "../../../components/policy-page/policy.tsx";

export const metadata: Metadata = { title: "Policy" };

export default function Page() {
  return <PolicyPage />;
}
