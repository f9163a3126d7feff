/// The record: what a run leaves on disk, and the reports made from it.
@NullMarked
package dev.ordeal.results;

import org.jspecify.annotations.NullMarked;
