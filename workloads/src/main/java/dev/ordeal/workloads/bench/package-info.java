/// Load on replicated stores that run as processes of this machine, to compare them: ours and etcd. Start reading at
/// [dev.ordeal.workloads.bench.Store] and [dev.ordeal.workloads.bench.ClosedLoop].
@NullMarked
package dev.ordeal.workloads.bench;

import org.jspecify.annotations.NullMarked;
