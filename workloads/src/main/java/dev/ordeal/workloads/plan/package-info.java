/// What is going to happen, decided before it does: the run's specification, and the operations and strikes drawn from its
/// seed. Pure: no clock, no thread, no file. Start reading at [RunSpec], then [RunPlan].
@NullMarked
package dev.ordeal.workloads.plan;

import org.jspecify.annotations.NullMarked;
