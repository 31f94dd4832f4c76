declare module "d3-geo-projection" {
  /** Projects a geometry with a d3-geo projection, cutting and clipping as the projection does. */
  export function geoProject(object: unknown, projection: unknown): unknown;
}
