import type { DensityDto } from "../../server/api/shapes/index.ts";
import { DataTable, type Column } from "../ui/data-table.tsx";
import { countryName, milliseconds, number } from "../ui/format.ts";

const COUNTRIES_MAX = 40;

/** Users by country, the busiest first: the table twin of their cells on a map. */
export function CountriesTable({ density, period }: { density: DensityDto | null; period: string }) {
  const countries = [...(density?.countries ?? [])].sort((a, b) => b.requests - a.requests);
  const shown = countries.slice(0, COUNTRIES_MAX);
  const columns: readonly Column[] = [
    { label: "Users in" },
    { label: `Requests, ${period}`, right: true },
    { label: "p50", right: true },
    { label: "p95", right: true },
  ];
  return (
    <div className="col14">
      <DataTable
        caption={`Users by country, last ${period}`}
        columns={columns}
        exported={{ name: "users-by-country", rows: countries, path: "/users/density" }}
      >
        {shown.map(({ country, requests, latencyMs }) => (
          <tr key={country}>
            <td>{countryName(country)}</td>
            <td className="r">{number(requests)}</td>
            <td className="r">{milliseconds(latencyMs.p50)}</td>
            <td className="r">{milliseconds(latencyMs.p95)}</td>
          </tr>
        ))}
      </DataTable>
      {countries.length > shown.length ? (
        <p className="t3 f12">
          {shown.length} of {countries.length} countries, the busiest first
        </p>
      ) : null}
    </div>
  );
}
