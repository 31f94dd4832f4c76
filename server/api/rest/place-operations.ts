import { bodyWith, componentOf, type Operation } from "./operation.ts";

/** A data centre that is emptied, and what was in one that is lost. */
export const PLACE_OPERATIONS: readonly Operation[] = [
  {
    id: "drain-data-center",
    method: "POST",
    path: "/data-centers/{name}/drain",
    procedure: "dataCenters.drain",
    status: 201,
    summary: "Close a data centre to everything new, and plan what runs there elsewhere; asked again, what is left",
    body: true,
  },
  {
    id: "undrain-data-center",
    method: "DELETE",
    path: "/data-centers/{name}/drain",
    procedure: "dataCenters.undrain",
    status: 204,
    summary: "End the drain of a data centre: it takes new components again; why may stand in the body",
    body: true,
  },
  {
    id: "recover-component",
    method: "POST",
    path: "/components/{application}/{name}/recover",
    procedure: "components.recover",
    status: 202,
    summary: "Start a component of a lost data centre elsewhere without the state that it kept there",
    body: true,
    input: ({ path, body }) => bodyWith(componentOf(path), body),
  },
];
