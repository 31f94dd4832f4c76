import { passToIntake } from "../../../../server/api/pass-to-intake.ts";

export const dynamic = "force-dynamic";

export { passToIntake as POST };
