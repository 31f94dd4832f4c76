import type { Metadata } from "next";
import { AlertsPage } from "../../../components/alerts-page/alerts.tsx";

export const metadata: Metadata = { title: "Alerts" };

export default function Page() {
  return <AlertsPage />;
}
