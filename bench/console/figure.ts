/** One figure against what it must reach. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly limit: number;
}

export const isMet = ({ value, limit }: Figure): boolean => value <= limit;

export const figureLine = (figure: Figure): string => {
  const { what, value, unit, limit } = figure;
  return `${isMet(figure) ? "met    " : "NOT MET"}  ${what}: ${value.toFixed(2)} ${unit} (at most ${limit})`;
};
