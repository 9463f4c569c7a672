// The outcome table, as the package has it: what each stage and code means and what to do, in both languages.

import { CODES, STAGES } from "../package/outcomes.js";
