// Writes schemas/ from the program's own schemas; with --check it only says whether the files are current.
import { FORMATS, renderJsonSchema, schemaFile } from "../dist/report/json/schemas.js";
import { keepCurrent } from "./generated-files.mjs";

keepCurrent("schemas", new Map(FORMATS.map((format) => [schemaFile(format), renderJsonSchema(format)])), "npm run docs:schemas");
