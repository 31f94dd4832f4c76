import { RunPage } from "../../../../components/migrations-page/run.tsx";

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <RunPage id={decodeURIComponent((await params).id)} />;
}
