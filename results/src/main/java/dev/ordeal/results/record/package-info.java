/// The record of a run: a folder that holds all the judge and the report need. It can be judged again years later, elsewhere.
/// Start reading at [RunDirectory], then [RunFacts], which is its `spec.json`.
@NullMarked
package dev.ordeal.results.record;

import org.jspecify.annotations.NullMarked;
