import type { Metadata } from "next";
import { PlansOverview } from "../../../components/plans-page/overview.tsx";

export const metadata: Metadata = { title: "Plans" };

export default function Page() {
  return <PlansOverview />;
}
