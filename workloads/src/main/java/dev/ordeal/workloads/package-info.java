/// The trial: what clients do, what goes wrong meanwhile, the runner that makes both happen, and the command line.
@NullMarked
package dev.ordeal.workloads;

import org.jspecify.annotations.NullMarked;
