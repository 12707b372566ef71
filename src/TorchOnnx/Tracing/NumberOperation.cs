namespace TorchOnnx.Tracing;

/// <summary>Specifies a computation with one or two numbers.</summary>
internal enum NumberOperation
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Minimum,
    Maximum,
    Power,
    And,
    Or,
    Xor,
    ShiftLeft,
    ShiftRight,

    // One number.
    Negate,
    Not,
    Absolute,
    Sign,
    SquareRoot,
    Exponential,
    Logarithm,
    Logarithm2,
    Logarithm10,
    Floor,
    Ceiling,
    Round,
    Truncate,
    ToSingle,

    // Conditions on two numbers, then on one.
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    IsTrue,
    Switch,
    Index,

    /// <summary>A method of .NET or a conversion whose result cannot be computed from its arguments.</summary>
    Unknown,

    /// <summary>Code that tests, divides or orders numbers and isn't rewritten.</summary>
    Hidden,

    /// <summary>A call that threw an exception.</summary>
    Failure,
}
