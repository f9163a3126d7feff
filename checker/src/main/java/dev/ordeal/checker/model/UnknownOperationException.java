package dev.ordeal.checker.model;

/// A history has a kind of operation that its model does not know.
public final class UnknownOperationException extends IllegalArgumentException {
    public UnknownOperationException(Model<?> model, String f) {
        super(
                "the model "
                        + model.name()
                        + " has no operation \""
                        + f
                        + "\": choose another model with --model");
    }
}
