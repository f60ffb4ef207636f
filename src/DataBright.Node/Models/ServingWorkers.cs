using System.Text.Json;

namespace DataBright.Node.Models;

/// <summary>
/// Where workers serve models beside this node: as its options say, and as <c>serving.json</c> in its data folder says, which a worker
/// leaves there. Never an address that a visitor names.
/// </summary>
internal sealed class ServingWorkers(string file, IReadOnlyList<Uri> named)
{
    private const int MaxBytes = 16_384;

    public IReadOnlyList<Uri> All() => Announced() is { } address ? [.. named, address] : named;

    private Uri? Announced()
    {
        try
        {
            if (new FileInfo(file) is not { Exists: true, Length: <= MaxBytes }) return null;
            using var word = JsonDocument.Parse(File.ReadAllBytes(file));
            return word.RootElement.TryGetProperty("address", out var text)
                && Uri.TryCreate(text.GetString(), UriKind.Absolute, out var address) && address.Scheme is ("http" or "https")
                ? address : null;
        }
        catch (Exception unreadable) when (unreadable.IsOfFile() || unreadable.IsUnreadable())
        {
            return null;
        }
    }
}
