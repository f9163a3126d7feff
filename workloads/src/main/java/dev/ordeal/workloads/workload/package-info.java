/// Workloads: what the clients do, and what the judge must check of it. One file each; start reading at [Workload].
@NullMarked
package dev.ordeal.workloads.workload;

import org.jspecify.annotations.NullMarked;
