import { PAGE, type Operation } from "./operation.ts";

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
  },
  {
    id: "publish-policy",
    method: "POST",
    path: "/policies/{name}/publish",
    procedure: "policies.publish",
    status: 200,
    summary: "Publish a draft, with a reason; refused as stale where another was published since it was begun",
    body: true,
  },
  {
    id: "revert-policy",
    method: "POST",
    path: "/policies/{name}/revert",
    procedure: "policies.revert",
    status: 200,
    summary: "Bring an earlier generation back, as a new one",
    body: true,
  },
  {
    id: "delete-policy",
    method: "DELETE",
    path: "/policies/{name}",
    procedure: "policies.remove",
    status: 204,
    summary: "Remove an application's policy; its applications fall to the default one",
  },
  {
    id: "read-preview-inputs",
    method: "GET",
    path: "/preview/inputs",
    procedure: "policies.previewInputs",
    status: 200,
    summary: "What a draft of weights and threshold is tried on: every component in every place, by term",
  },
  {
    id: "confirm-draft",
    method: "POST",
    path: "/preview/confirm",
    procedure: "policies.confirm",
    status: 200,
    summary: "What the planner would propose by a draft; nothing of it is kept",
    body: true,
  },
];
