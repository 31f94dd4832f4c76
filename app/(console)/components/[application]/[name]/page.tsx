import { ComponentPage } from "../../../../../components/components-page/detail.tsx";

export default async function Page({ params }: { params: Promise<{ application: string; name: string }> }) {
  const { application, name } = await params;
  return <ComponentPage component={`${decodeURIComponent(application)}/${decodeURIComponent(name)}`} />;
}
