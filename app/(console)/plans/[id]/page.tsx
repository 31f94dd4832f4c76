import type { Metadata } from "next";
import { PlanPage } from "../../../../components/plans-page/plan.tsx";

export const metadata: Metadata = { title: "Plan" };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <PlanPage id={decodeURIComponent((await params).id)} />;
}
