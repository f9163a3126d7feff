/// How fast the judge is: histories of any size that are linearizable by construction, or broken in one place, and the
/// figures that they give. Start reading at [CheckBench].
@NullMarked
package dev.ordeal.checker.bench;

import org.jspecify.annotations.NullMarked;
