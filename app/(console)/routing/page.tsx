import type { Metadata } from "next";
import { RoutingPage } from "../../../components/routing-page/routing.tsx";

export const metadata: Metadata = { title: "Routing" };

export default function Page() {
  return <RoutingPage />;
}
