/// Linearizability: is there an order of the operations, each within its own interval, that the model accepts?
/// Start reading at [Linearizability], which splits a history by key and chooses an [Engine] for each part. [Verifier]
/// re-plays a witness, and [CoreVerifier] tries a core, with none of the code that found it.
@NullMarked
package dev.ordeal.checker.linear;

import org.jspecify.annotations.NullMarked;
