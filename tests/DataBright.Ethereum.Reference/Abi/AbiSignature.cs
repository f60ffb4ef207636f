using System.Text;

namespace DataBright.Ethereum;

/// <summary>Canonical signatures, whose hashes name functions, events and errors.</summary>
internal static class AbiSignature
{
    /// <summary><c>(type,type)</c>, without names.</summary>
    public static string Types(IEnumerable<AbiParameter> parameters) =>
        new StringBuilder("(").AppendJoin(',', parameters.Select(parameter => parameter.Type)).Append(')').ToString();
}
