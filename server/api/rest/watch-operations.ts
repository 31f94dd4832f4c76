import { PAGE, type Operation } from "./operation.ts";

/** Routes and alerts: what somebody watches. */
export const WATCH_OPERATIONS: readonly Operation[] = [
  {
    id: "read-routing",
    method: "GET",
    path: "/routing",
    procedure: "routing.table",
    status: 200,
    summary: "Where each entry sends users, which routes are in force, and where users went",
    query: ["component"],
  },
  {
    id: "simulate-route",
    method: "GET",
    path: "/routing/simulate",
    procedure: "routing.simulate",
    status: 200,
    summary: "Where a user at an address, in a country or at a point would go, and why",
    query: ["component", "address", "country", "latitude", "longitude"],
  },
  {
    id: "list-alerts",
    method: "GET",
    path: "/alerts",
    procedure: "alerts.list",
    status: 200,
    summary: "What is wrong now, with its cause and the plan that would help, and what ended in the last 24 h",
    query: PAGE,
  },
  {
    id: "silence-alert",
    method: "POST",
    path: "/alerts/{id}/silence",
    procedure: "alerts.silence",
    status: 200,
    summary: "Silence an alert for everybody, with a reason and an end",
    body: true,
  },
  {
    id: "end-silence",
    method: "DELETE",
    path: "/alerts/{id}/silence",
    procedure: "alerts.endSilence",
    status: 204,
    summary: "End the silence of an alert",
  },
];
