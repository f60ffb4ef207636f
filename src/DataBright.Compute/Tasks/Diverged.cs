using System.Globalization;
using System.Text;

namespace DataBright.Compute.Tasks;

/// <summary>The state of training whose numbers are not finite any more.</summary>
internal static class Diverged
{
    private static readonly byte[] Prefix = "databright.diverged/1 "u8.ToArray();

    public static byte[] Bytes(int step) => [.. Prefix, .. Encoding.ASCII.GetBytes(step.ToString(CultureInfo.InvariantCulture))];

    public static Digest Hash(int step) => Digest.Of(Bytes(step));

    /// <summary>The step that the state is of, or null when it is another kind of state.</summary>
    public static int? Step(ReadOnlySpan<byte> state) =>
        state.StartsWith(Prefix)
        && int.TryParse(state[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var step)
        && state.SequenceEqual(Bytes(step))
            ? step
            : null;
}
