/// What judging may cost, and the running count of what it has cost. Start reading at [Bounds].
@NullMarked
package dev.ordeal.checker.bounds;

import org.jspecify.annotations.NullMarked;
