import { z } from "zod";
import { viewComponent, viewDataCenter, viewInstance, viewLink } from "../../component-registry/domain/views.ts";
import { roundTripMatrix } from "../../connectivity-management/domain/estimate-round-trip.ts";
import { roleMayApply } from "../../identity/domain/roles.ts";
import { AppError } from "../../platform/app-error.ts";
import type { Context } from "../context.ts";
import { procedureFor, router } from "../init.ts";
import { drainProcedure, recoverProcedure, undrainProcedure } from "./places.ts";
import { scoresProcedure } from "./scores.ts";
import { paginate, pageInput } from "../paginate.ts";
import { applyResultShape, componentShape, dataCenterShape, instanceShape, linkShape, pageOf } from "../shapes/index.ts";

const named = z.object({ name: z.string() });
const componentRef = z.object({ component: z.string() });
const nothing = z.object({});

async function read({ services }: Pick<Context, "services">) {
  return await services.registry.read();
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new AppError("not-found", `no ${what}`);
  return value;
}

const viewer = procedureFor("viewer");

export const registryRouter = router({
  applyManifests: procedureFor("operator")
    .input(z.object({ manifests: z.union([z.string(), z.array(z.unknown())]), dryRun: z.boolean().default(false) }))
    .output(applyResultShape)
    .mutation(({ ctx, input }) =>
      ctx.services.registry.apply({
        ...input,
        actor: ctx.actor,
        requestId: ctx.requestId,
        mayApply: (kind) => roleMayApply(ctx.actor.role, kind),
      }),
    ),
});

export const dataCentersRouter = router({
  list: viewer.output(z.array(dataCenterShape)).query(async ({ ctx }) => {
    const registry = await read(ctx);
    return registry.dataCenters.map((record) => viewDataCenter(record, registry, ctx.services.clock.now()));
  }),
  page: viewer
    .input(pageInput)
    .output(pageOf(dataCenterShape))
    .query(async ({ ctx, input }) => {
      const registry = await read(ctx);
      const views = registry.dataCenters.map((record) => viewDataCenter(record, registry, ctx.services.clock.now()));
      return paginate(views, (view) => view.metadata.name, input);
    }),
  get: viewer
    .input(named)
    .output(dataCenterShape)
    .query(async ({ ctx, input }) => {
      const registry = await read(ctx);
      const record = found(
        registry.dataCenters.find((entry) => entry.name === input.name),
        `data centre ${input.name}`,
      );
      return viewDataCenter(record, registry, ctx.services.clock.now());
    }),
  drain: drainProcedure,
  undrain: undrainProcedure,
  remove: procedureFor("administrator")
    .input(named)
    .output(nothing)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.registry.removeDataCenter(input.name, ctx.actor, ctx.requestId);
      return {};
    }),
});

export const componentsRouter = router({
  list: viewer.output(z.array(componentShape)).query(async ({ ctx }) => {
    const registry = await read(ctx);
    return registry.components.map((record) => viewComponent(record, registry));
  }),
  scores: scoresProcedure,
  recover: recoverProcedure,
  page: viewer
    .input(pageInput)
    .output(pageOf(componentShape))
    .query(async ({ ctx, input }) => {
      const registry = await read(ctx);
      return paginate(
        registry.components.map((record) => viewComponent(record, registry)),
        (view) => `${view.metadata.application}/${view.metadata.name}`,
        input,
      );
    }),
  get: viewer
    .input(componentRef)
    .output(componentShape)
    .query(async ({ ctx, input }) => {
      const registry = await read(ctx);
      return viewComponent(
        found(
          registry.components.find((record) => record.key === input.component),
          `component ${input.component}`,
        ),
        registry,
      );
    }),
  remove: procedureFor("administrator")
    .input(componentRef)
    .output(nothing)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.registry.removeComponent(input.component, ctx.actor, ctx.requestId);
      return {};
    }),
});

const instanceFilter = z.object({ component: z.string().optional(), dataCenter: z.string().optional() });

export const instancesRouter = router({
  list: viewer
    .input(instanceFilter.optional())
    .output(z.array(instanceShape))
    .query(async ({ ctx, input }) => {
      const { instances } = await read(ctx);
      return instances.filter((record) => matches(record, input ?? {})).map(viewInstance);
    }),
  page: viewer
    .input(pageInput.extend(instanceFilter.shape))
    .output(pageOf(instanceShape))
    .query(async ({ ctx, input }) => {
      const { instances } = await read(ctx);
      return paginate(instances.filter((record) => matches(record, input)).map(viewInstance), (view) => view.name, input);
    }),
  get: viewer
    .input(named)
    .output(instanceShape)
    .query(async ({ ctx, input }) => {
      const { instances } = await read(ctx);
      return viewInstance(
        found(
          instances.find((record) => record.name === input.name),
          `instance ${input.name}`,
        ),
      );
    }),
});

function matches(record: { componentKey: string; dataCenter: string }, filter: z.infer<typeof instanceFilter>): boolean {
  return (
    (filter.component === undefined || record.componentKey === filter.component) &&
    (filter.dataCenter === undefined || record.dataCenter === filter.dataCenter)
  );
}

const pairShape = z.object({ from: z.string(), to: z.string(), rttMs: z.number(), estimated: z.boolean() });

export const linksRouter = router({
  /** Every ordered pair of data centres: as given, or estimated from distance and marked so. */
  matrix: viewer.output(z.array(pairShape)).query(async ({ ctx }) => {
    const { dataCenters, links } = await read(ctx);
    const places = dataCenters.map(({ name, spec }) => ({
      name,
      latitude: spec.location.latitude,
      longitude: spec.location.longitude,
    }));
    return [
      ...roundTripMatrix(
        places,
        links.map(({ from, to, spec }) => ({ from, to, rttMs: spec.rttMs })),
      ),
    ];
  }),
  list: viewer.output(z.array(linkShape)).query(async ({ ctx }) => (await read(ctx)).links.map(viewLink)),
  page: viewer
    .input(pageInput)
    .output(pageOf(linkShape))
    .query(async ({ ctx, input }) => paginate((await read(ctx)).links.map(viewLink), linkName, input)),
  get: viewer
    .input(named)
    .output(linkShape)
    .query(async ({ ctx, input }) => {
      const links = (await read(ctx)).links.map(viewLink);
      return found(
        links.find((link) => linkName(link) === input.name),
        `link ${input.name}`,
      );
    }),
});

const linkName = (link: ReturnType<typeof viewLink>): string => `${link.metadata.from}/${link.metadata.to}`;
