/** What a select offers: by its value, or by words where those are not the value. */
export function Options({ of }: { of: readonly (string | readonly [value: string, words: string])[] }) {
  return of.map((one) => {
    const [value, words] = typeof one === "string" ? [one, one] : one;
    return (
      <option key={value} value={value}>
        {words}
      </option>
    );
  });
}
