using DataBright.Learning.Arithmetic;

namespace DataBright.Learning.Tests;

/// <summary>Damages input at random places and demands that readers refuse with the one exception they may throw.</summary>
internal static class Fuzz
{
    public static void Refuses(byte[] good, Action<byte[]> read, int rounds = 3000, ulong seed = 1)
    {
        var chance = new Chance(seed, Purpose.Resample, 123);
        var (refused, draw) = (0, 0UL);
        int Below(int bound) => chance.Below(bound, draw++);
        for (var round = 0; round < rounds; round++)
        {
            var bytes = good.ToList();
            for (var change = 0; change <= Below(3); change++)
            {
                var at = Below(bytes.Count);
                switch (Below(5))
                {
                    case 0: bytes[at] = (byte)Below(256); break;
                    case 1: bytes[at] ^= (byte)(1 << Below(8)); break;
                    case 2: bytes.RemoveRange(at, Math.Min(1 + Below(8), bytes.Count - at)); break;
                    case 3: bytes.InsertRange(at, bytes.Skip(Below(bytes.Count)).Take(1 + Below(8)).ToArray()); break;
                    default: bytes.RemoveRange(at, bytes.Count - at); break;
                }

                if (bytes.Count == 0) break;
            }

            try
            {
                read([.. bytes]);
            }
            catch (MalformedInputException)
            {
                refused++;
            }
        }

        refused.ShouldBeGreaterThan(rounds / 4);
    }
}
