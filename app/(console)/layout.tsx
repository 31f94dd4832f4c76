import { redirect } from "next/navigation";
import { Shell } from "../../components/shell/shell.tsx";
import { Providers } from "../../components/trpc/provider.tsx";
import { currentSession } from "../../server/api/session.ts";

export const dynamic = "force-dynamic";

export default async function ConsoleLayout({ children }: { children: React.ReactNode }) {
  if (!(await currentSession())) redirect("/sign-in");
  return (
    <Providers>
      <Shell>{children}</Shell>
    </Providers>
  );
}
