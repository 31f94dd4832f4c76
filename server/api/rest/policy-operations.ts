import { bodyWith, PAGE, type Operation } from "./operation.ts";

/** A policy's history, and its changes with their reason. */
export const POLICY_OPERATIONS: readonly Operation[] = [
  {
    id: "list-policy-versions",
    method: "GET",
    path: "/policies/{name}/versions",
    procedure: "policies.versions",
    status: 200,
    summary: "Every generation of a policy, newest first, each with what it changed",
    query: PAGE,
    input: ({ path, query }) => ({ ...query, ...path }),
  },
  {
    id: "publish-policy",
    method: "POST",
    path: "/policies/{name}/publish",
    procedure: "policies.publish",
    status: 200,
    summary: "Publish a draft, with a reason; refused as stale where another was published since it was begun",
    body: true,
    input: ({ path, body }) => bodyWith(path, body),
  },
  {
    id: "revert-policy",
    method: "POST",
    path: "/policies/{name}/revert",
    procedure: "policies.revert",
    status: 200,
    summary: "Bring an earlier generation back, as a new one",
    body: true,
    input: ({ path, body }) => bodyWith(path, body),
  },
  {
    id: "delete-policy",
    method: "DELETE",
    path: "/policies/{name}",
    procedure: "policies.remove",
    status: 204,
    summary: "Remove an application's policy; its applications fall to the default one",
    input: ({ path }) => path,
  },
];
