import type { Metadata } from "next";
import { SettingsPage } from "../../../components/settings-page/settings.tsx";

export const metadata: Metadata = { title: "Settings" };

export default function Page() {
  return <SettingsPage />;
}
