/// Transactions over lists and registers: infers from what clients saw which transaction must have come before which,
/// and shows the cycles that no serial order, or no weaker promise, allows (Adya 1999; Kingsbury and Alvaro, *Elle*,
/// VLDB 2020). Start reading at `TransactionChecker`; `ListAppend` and `ReadWriteRegister` infer the order of versions,
/// `DependencyGraph` holds the edges, `Cycles` names what it finds.
@NullMarked
package dev.ordeal.checker.txn;

import org.jspecify.annotations.NullMarked;
