"use client";

import "@xyflow/react/dist/base.css";
import {
  BaseEdge,
  EdgeLabelRenderer,
  getBezierPath,
  Handle,
  MarkerType,
  Position,
  ReactFlow,
  type Edge,
  type EdgeProps,
  type Node,
  type NodeProps,
} from "@xyflow/react";
import { useRouter } from "next/navigation";
import { useMemo } from "react";
import { milliseconds, number } from "../ui/format.ts";
import { Glyph, meaningOf } from "../ui/status.tsx";
import { BOX_WIDTH, NODE, type CallEdge, type CallGraph, type Column } from "./graph-prepare.ts";

export interface ComponentFacts {
  readonly state: string;
  readonly latencyMsP95: number | null;
}

interface CallFlowProps {
  readonly component: string;
  readonly graph: CallGraph;
  readonly nameOf: (dataCenter: string) => string;
  readonly factsOf: (component: string) => ComponentFacts;
}

type BoxNode = Node<{ place: string; city: string; isOwn: boolean }, "box">;
type PartNode = Node<{ name: string; isSelf: boolean; facts: ComponentFacts; column: Column }, "part">;
type CallsEdge = Edge<{ call: CallEdge; labelAt: "source" | "target" }, "calls">;

const NODE_TYPES = { box: Box, part: Part };
const EDGE_TYPES = { calls: Calls };

/** Drawn only: where things stand is decided in `graph-prepare.ts`. */
export function CallFlow({ component, graph, nameOf, factsOf }: CallFlowProps) {
  const router = useRouter();
  const { nodes, edges } = useMemo(() => toFlow({ component, graph, nameOf, factsOf }), [component, graph, nameOf, factsOf]);
  return (
    <div className="callflow" style={{ height: Math.min(460, Math.max(220, graph.height + 40)) }}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        fitView
        fitViewOptions={{ padding: 0.04, maxZoom: 1 }}
        minZoom={0.3}
        maxZoom={1.5}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        zoomOnScroll={false}
        preventScrolling={false}
        proOptions={{ hideAttribution: true }}
        onNodeClick={(_event, node) => (node.type === "part" ? router.push(`/components/${node.id}`) : undefined)}
        aria-label="Dependencies by place; the table holds the same"
      />
    </div>
  );
}

function toFlow({ component, graph, nameOf, factsOf }: CallFlowProps): { nodes: (BoxNode | PartNode)[]; edges: CallsEdge[] } {
  const columns = new Map(graph.boxes.flatMap(({ column, components }) => components.map(({ key }) => [key, column] as const)));
  return {
    nodes: graph.boxes.flatMap((box): (BoxNode | PartNode)[] => [
      {
        id: `${box.column} ${box.place}`,
        type: "box",
        position: { x: box.x, y: box.y },
        style: { width: BOX_WIDTH, height: box.height },
        data: { place: box.place, city: nameOf(box.place), isOwn: box.column === "middle" },
        selectable: false,
        focusable: false,
      },
      ...box.components.map(({ key, x, y }): PartNode => ({
        id: key,
        type: "part",
        parentId: `${box.column} ${box.place}`,
        position: { x, y },
        style: { width: NODE.width, height: NODE.height },
        data: { name: key.split("/").at(-1) ?? key, isSelf: key === component, facts: factsOf(key), column: box.column },
        ariaLabel: `${key} in ${nameOf(box.place)}`,
      })),
    ]),
    edges: graph.edges.map((call): CallsEdge => {
      const [from, to] = [columns.get(call.from), columns.get(call.to)];
      const isInside = from === to;
      return {
        id: call.id,
        type: "calls",
        source: call.from,
        target: call.to,
        sourceHandle: isInside ? "left-out" : from === "right" || (from === "middle" && to === "left") ? "left-out" : "right-out",
        targetHandle: isInside || to === "right" || (to === "middle" && from === "left") ? "left-in" : "right-in",
        data: { call, labelAt: to === "middle" ? "source" : "target" },
        markerEnd: { type: MarkerType.ArrowClosed, width: 12, height: 12, color: colorOf(call), markerUnits: "userSpaceOnUse" },
      };
    }),
  };
}

const colorOf = (call: CallEdge): string => (call.isFar ? "var(--worse)" : "var(--control)");

function Box({ data }: NodeProps<BoxNode>) {
  return (
    <div className={data.isOwn ? "placebox own" : "placebox"}>
      <span className="s">{data.city}</span>
      <span className="mono t3 f11 nw">{data.place === data.city ? "" : data.place}</span>
    </div>
  );
}

const HANDLES = [
  ["left-in", "target", Position.Left],
  ["left-out", "source", Position.Left],
  ["right-in", "target", Position.Right],
  ["right-out", "source", Position.Right],
] as const;

function Part({ data }: NodeProps<PartNode>) {
  return (
    <div className={data.isSelf ? "partnode self" : "partnode"}>
      <Glyph meaning={meaningOf(data.facts.state)} />
      <span className="grow m nw">{data.name}</span>
      <span className="t2">{milliseconds(data.facts.latencyMsP95)}</span>
      {HANDLES.map(([id, type, position]) => (
        <Handle key={id} id={id} type={type} position={position} isConnectable={false} />
      ))}
    </div>
  );
}

const LABEL_OFF_PX = 66;

function Calls(props: EdgeProps<CallsEdge>) {
  const { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, data, markerEnd } = props;
  const call = data?.call;
  if (!call) return null;
  const [bezier] = getBezierPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition });
  // Inside one place the way goes along the left edge, where nothing stands.
  const path = call.isLocal ? `M${sourceX},${sourceY} h-7 V${targetY} h7` : bezier;
  const atTarget = data.labelAt === "target";
  const [x, y] = atTarget ? [targetX, targetY] : [sourceX, sourceY];
  const toward = (atTarget ? targetPosition : sourcePosition) === Position.Left ? -1 : 1;
  return (
    <>
      <BaseEdge
        path={path}
        {...(markerEnd === undefined ? {} : { markerEnd })}
        style={{ stroke: colorOf(call), strokeWidth: call.width, ...(call.isFar ? { strokeDasharray: "7 4" } : {}) }}
      />
      {call.isLocal ? null : (
        <EdgeLabelRenderer>
          <span
            className={call.isFar ? "calllabel far" : "calllabel"}
            style={{ transform: `translate(-50%, -50%) translate(${x + toward * LABEL_OFF_PX}px, ${y}px)` }}
          >
            {call.callsPerSecond === null ? "–" : `${number(call.callsPerSecond)}/s`} × {milliseconds(Math.round(call.rttMs))}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
}
