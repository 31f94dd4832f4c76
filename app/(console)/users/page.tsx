import type { Metadata } from "next";
import { UsersPage } from "../../../components/users-page/users.tsx";

export const metadata: Metadata = { title: "Users & traffic" };

export default function Page() {
  return <UsersPage />;
}
