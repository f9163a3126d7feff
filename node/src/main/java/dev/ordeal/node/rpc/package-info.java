/// The wire: what nodes say to each other and what clients say to nodes, over gRPC. Start reading at `ordeal.proto`, then
/// [dev.ordeal.node.rpc.PeerLink] (a node's way to one other node), [dev.ordeal.node.rpc.Inbox] (where what comes in goes) and
/// [dev.ordeal.node.rpc.ServiceClient] (a client's way to a node). The stubs in `proto` are made by the build and stay here.
@NullMarked
package dev.ordeal.node.rpc;

import org.jspecify.annotations.NullMarked;
