import type { Metadata } from "next";
import { MigrationsPage } from "../../../components/migrations-page/list.tsx";

export const metadata: Metadata = { title: "Migrations" };

export default function Page() {
  return <MigrationsPage />;
}
