export default function Page() {
  return <main><h1>Map</h1></main>;
}
