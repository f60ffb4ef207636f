using System.Buffers.Binary;
using System.Text;
using DataBright.Ethereum;

namespace DataBright.Compute.Draws;

/// <summary>
/// Chance that anyone can check afterwards: every order is that of the hashes of (beacon, purpose, address),
/// and the beacon mixes a seed committed before with a block hash that nobody knew then.
/// </summary>
public static class Lottery
{
    /// <summary>The members in an order that follows from the beacon and the purpose alone.</summary>
    public static IReadOnlyList<PoolMember> Shuffle(Hash32 beacon, string purpose, IEnumerable<PoolMember> members) =>
        [.. members.OrderBy(member => Ticket(beacon, purpose, member.Worker))];

    /// <summary>The number that a worker draws for one purpose.</summary>
    public static Hash32 Ticket(Hash32 beacon, string purpose, Address worker)
    {
        var text = Encoding.UTF8.GetBytes(purpose);
        var bytes = new byte[Hash32.Size + 4 + text.Length + Address.Size];
        beacon.CopyTo(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(Hash32.Size), text.Length);
        text.CopyTo(bytes.AsSpan(Hash32.Size + 4));
        worker.CopyTo(bytes.AsSpan(Hash32.Size + 4 + text.Length));
        return Keccak.Hash(bytes);
    }
}
