import type { ComponentDto, DataCenterDto, DensityDto } from "../../server/api/shapes/index.ts";
import { keyOf } from "../components-page/prepare.ts";
import { milliseconds, number } from "../ui/format.ts";
import { Status } from "../ui/status.tsx";
import type { Pair } from "./prepare.ts";

interface MapTableProps {
  readonly places: readonly DataCenterDto[];
  readonly components: readonly ComponentDto[];
  readonly density: DensityDto | null;
  readonly pairs: readonly Pair[];
  readonly select: (name: string) => void;
}

/** The map as tables: the same facts for those who cannot see it, or whose browser draws none. */
export function MapTable({ places, components, density, pairs, select }: MapTableProps) {
  const countries = [...(density?.countries ?? [])].sort((a, b) => b.requests - a.requests).slice(0, 30);
  const nearest = (name: string): string => {
    const [pair] = pairs.filter((entry) => entry.from === name).sort((a, b) => a.rttMs - b.rttMs);
    return pair ? `${pair.to}, ${milliseconds(pair.rttMs)}` : "–";
  };
  return (
    <div
      className="cols2 pad"
      style={{ position: "absolute", inset: 0, overflow: "auto", background: "var(--bg)", paddingBottom: 220 }}
    >
      <div className="card tablewrap">
        <table className="data">
          <caption className="sr">Data centres</caption>
          <thead>
            <tr>
              <th>State</th>
              <th>City</th>
              <th>Runs</th>
              <th>Nearest other</th>
            </tr>
          </thead>
          <tbody>
            {places.map((place) => (
              <tr key={place.metadata.name}>
                <td>
                  <Status state={place.status.state} />
                </td>
                <td>
                  <button type="button" className="link" onClick={() => select(place.metadata.name)}>
                    {place.spec.location.city ?? place.metadata.name}
                  </button>
                </td>
                <td className="wrap">
                  {components
                    .filter((component) =>
                      component.status.placements.some((placement) => placement.dataCenter === place.metadata.name),
                    )
                    .map((component) => keyOf(component).split("/")[1])
                    .join(", ") || "–"}
                </td>
                <td className="t2">{nearest(place.metadata.name)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="card tablewrap" tabIndex={0} role="region" aria-label="Users by country">
        <table className="data">
          <caption className="sr">Users by country, last five minutes</caption>
          <thead>
            <tr>
              <th>Users in</th>
              <th className="r">Requests, 5 min</th>
              <th className="r">p50</th>
              <th className="r">p95</th>
            </tr>
          </thead>
          <tbody>
            {countries.map((country) => (
              <tr key={country.country}>
                <td>{country.country}</td>
                <td className="r">{number(country.requests)}</td>
                <td className="r">{milliseconds(country.latencyMs.p50)}</td>
                <td className="r">{milliseconds(country.latencyMs.p95)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
