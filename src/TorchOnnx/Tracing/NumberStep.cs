using System.Reflection;

namespace TorchOnnx.Tracing;

/// <summary>Represents a computation with numbers in a forward pass.</summary>
/// <param name="Site">The instruction or the call.</param>
/// <param name="Caller">The call whose code contains the instruction.</param>
/// <param name="Left">The first operand.</param>
/// <param name="Right">The second operand, or 0 if the computation takes one operand.</param>
/// <param name="Result">The result.</param>
/// <param name="Call">The called method, or <see langword="null"/> for an instruction.</param>
internal readonly record struct NumberStep(
    NumberSite Site, TracedCall? Caller, double Left, double Right, double Result, CalledMethod? Call = null)
{
    /// <summary>Gets the operands: numbers, flags as 0 and 1, and strings as hashes.</summary>
    public double[] Operands => Call?.Operands
        ?? (NumberSite.IsUnary(Site.Operation) ? [Left] : [Left, Right]);

    /// <summary>Gets the results.</summary>
    public double[] Results => Call?.Results ?? [Result];

    /// <summary>Returns a value that indicates whether another pass computed with the same numbers.</summary>
    public bool IsSame(NumberStep other) =>
        Left.Equals(other.Left) && Right.Equals(other.Right) && Result.Equals(other.Result)
        && (Call?.Operands is null || (Call.Operands.AsSpan().SequenceEqual(other.Call!.Operands)
            && Call.Results.AsSpan().SequenceEqual(other.Call.Results)));

    /// <summary>
    /// Returns a value that indicates whether forward throws when the condition has the given outcome.
    /// </summary>
    public bool Throws(bool outcome)
    {
        if (!Site.Throws(outcome)) return false;
        for (var call = Caller; call is not null; call = call.Parent)
        {
            if (call.Site.Caller is { } caller && IlGuard.IsCaught(caller, call.Site.Offset)) return false;
        }
        return true;
    }

    public OnnxExportProblem Problem(string reason, string remedy)
    {
        var line = Site.Line is { File: not null } found ? found : Caller?.Line ?? Site.Line;
        return (Caller?.Scope ?? ModuleScope.None).Problem(reason, remedy, line);
    }
}

/// <summary>Represents a called method of .NET, or a constructor.</summary>
/// <param name="Method">The method.</param>
/// <param name="Operands">The arguments, or <see langword="null"/> if they are the operands of the step.</param>
/// <param name="Results">The results, or <see langword="null"/> for the result of the step.</param>
internal sealed record CalledMethod(MethodBase Method, double[]? Operands = null, double[]? Results = null);
