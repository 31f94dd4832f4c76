/** Names that stand a second time in a list, each with where it stands and where it stood first. */
export function repeatsIn(names: readonly string[]): readonly { name: string; index: number; first: number }[] {
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    return first < index ? [{ name, index, first }] : [];
  });
}
