using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Serving;

/// <summary>A channel that a buyer opened, and how much it has signed away through it.</summary>
public sealed record OpenChannel(ChannelId Id, ModelId Model, Address Worker, Address Buyer, Money Deposit, Money Signed);

/// <summary>
/// A buyer's channels, in one file. It may lag behind what was signed: the worker's highest voucher, which carries the buyer's own
/// signature, puts it right. Each change is made to the file as it is then: another program may have added a channel meanwhile.
/// </summary>
public sealed class ChannelBook(string path)
{
    private readonly Lock _one = new();
    private List<OpenChannel>? _channels;

    /// <exception cref="JsonException">The file is damaged.</exception>
    public OpenChannel? Find(ModelId model, Address worker, Address buyer)
    {
        lock (_one) return Read().LastOrDefault(channel => channel.Model == model && channel.Worker == worker && channel.Buyer == buyer);
    }

    public IReadOnlyList<OpenChannel> All()
    {
        lock (_one) return [.. Read()];
    }

    public void Keep(OpenChannel channel)
    {
        lock (_one)
        {
            var all = ReadAgain();
            all.RemoveAll(other => other.Id == channel.Id);
            all.Add(channel);
            AtomicFile.Write(path, CanonicalJson.Write(all));
        }
    }

    public void Forget(ChannelId channel)
    {
        lock (_one)
        {
            if (ReadAgain().RemoveAll(other => other.Id == channel) > 0) AtomicFile.Write(path, CanonicalJson.Write(Read()));
        }
    }

    private List<OpenChannel> ReadAgain()
    {
        _channels = null;
        return Read();
    }

    private List<OpenChannel> Read() =>
        _channels ??= File.Exists(path) ? CanonicalJson.Read<List<OpenChannel>>(File.ReadAllBytes(path)) : [];
}
