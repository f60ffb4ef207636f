using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DataBright.Node.Tests.Hostile;

/// <summary>A request as bytes, so that nothing of it is put right on the way.</summary>
/// <param name="Head">Request line and headers, each character one byte.</param>
/// <param name="IsComplete">All that it announces is sent, so that it must be answered.</param>
internal sealed record RawRequest(string Head, byte[] Body, bool IsComplete = true)
{
    private const int LongestHead = 64 * 1024;

    private static readonly TimeSpan TestTimeout = TimeSpan.FromSeconds(60);

    public static RawRequest Of(string method, string target, byte[] body, string host, params string[] headers)
    {
        var lines = new List<string> { $"{method} {target} HTTP/1.1", $"Host: {host}", "Connection: close" };
        if (!headers.Any(header => header.StartsWith("Content-Length", StringComparison.OrdinalIgnoreCase)
            || header.StartsWith("Transfer-Encoding", StringComparison.OrdinalIgnoreCase)))
            lines.Add($"Content-Length: {body.Length}");
        return new RawRequest(string.Concat([.. lines.Concat(headers).Select(line => line + "\r\n"), "\r\n"]), body);
    }

    /// <summary>Sends it and reads the head of the answer; null where the line was closed without one.</summary>
    /// <param name="server">Where.</param>
    /// <param name="place">From which of this machine's addresses, where it has many: limits are for each.</param>
    /// <param name="stop">Cancels.</param>
    public async Task<RawAnswer?> SendAsync(Uri server, int place, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(TestTimeout);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (OperatingSystem.IsLinux())
            socket.Bind(
                new IPEndPoint(new IPAddress([127, (byte)(1 + place % 200), (byte)(place / 200 % 250), (byte)(1 + place / 50_000)]), 0));
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, patience.Token);
        try
        {
            await socket.SendAsync(Encoding.Latin1.GetBytes(Head), patience.Token);
            for (int sent = 0; sent < Body.Length;) sent += await socket.SendAsync(Body.AsMemory(sent), patience.Token);
            if (!IsComplete) socket.Shutdown(SocketShutdown.Send);
            return await ReadAsync(socket, patience.Token);
        }
        catch (SocketException)
        {
            // A server may close before it has read everything; what it said before that is lost where it did not wait.
            return null;
        }
    }

    private static async Task<RawAnswer?> ReadAsync(Socket socket, CancellationToken stop)
    {
        var head = new byte[LongestHead];
        int length = 0;
        while (length < head.Length)
        {
            int read = await socket.ReceiveAsync(head.AsMemory(length), stop);
            if (read == 0) break;
            length += read;
            var text = Encoding.Latin1.GetString(head, 0, length);
            if (text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is >= 0 and var end) return RawAnswer.Parse(text[..end]);
        }
        return null;
    }
}

/// <summary>The head of an answer.</summary>
internal sealed record RawAnswer(int Status, ILookup<string, string> Headers)
{
    public static RawAnswer Parse(string head)
    {
        var lines = head.Split("\r\n");
        return new RawAnswer(
            int.Parse(lines[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture),
            lines.Skip(1).Select(line => line.Split(':', 2))
                .ToLookup(pair => pair[0].Trim(), pair => pair.Length > 1 ? pair[1].Trim() : "", StringComparer.OrdinalIgnoreCase));
    }
}
