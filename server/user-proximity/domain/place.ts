import { z } from "zod";

/** Where an address probably is. Geolocation by address is a guess: `accuracyKm` says how good a one. */
export const placeSchema = z.object({
  country: z.string(),
  city: z.string().nullable(),
  latitude: z.number(),
  longitude: z.number(),
  accuracyKm: z.number(),
});
export type Place = Readonly<z.infer<typeof placeSchema>>;

/** Region of users in words, for series: the continent. */
export type UserRegion = "North America" | "South America" | "Europe" | "Africa" | "Asia" | "Oceania";

const AFRICA =
  "DZ AO BJ BW BF BI CM CV CF TD KM CG CD CI DJ EG GQ ER ET GA GM GH GN GW KE LS LR LY MG MW ML MR MU YT MA MZ NA NE NG RE RW SH ST SN SC SL SO ZA SS SD SZ TZ TG TN UG EH ZM ZW";
const EUROPE =
  "AX AL AD AT BY BE BA BG HR CZ DK EE FO FI FR DE GI GR GG HU IS IE IM IT JE XK LV LI LT LU MT MD MC ME NL MK NO PL PT RO RU SM RS SK SI ES SJ SE CH UA GB VA CY TR";
const SOUTH_AMERICA = "AR BO BR CL CO EC FK GF GY PY PE SR UY VE";
const NORTH_AMERICA =
  "AI AG AW BS BB BZ BM BQ VG CA KY CR CU CW DM DO SV GL GD GP GT HT HN JM MQ MX MS NI PA PR BL KN LC MF PM VC SX TT TC US VI";
const OCEANIA = "AS AU CK FJ PF GU KI MH FM NR NC NZ NU NF MP PW PG PN WS SB TK TO TV UM VU WF";

const REGIONS = new Map<string, UserRegion>(
  (
    [
      ["Africa", AFRICA],
      ["Europe", EUROPE],
      ["South America", SOUTH_AMERICA],
      ["North America", NORTH_AMERICA],
      ["Oceania", OCEANIA],
    ] as const
  ).flatMap(([region, codes]) => codes.split(" ").map((code): [string, UserRegion] => [code, region])),
);

/** Every country that is in no other list is in Asia. */
export const regionOf = (country: string): UserRegion => REGIONS.get(country) ?? "Asia";
