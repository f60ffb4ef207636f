using System.Net.Sockets;
using System.Text;

namespace DataBright.Testing;

/// <summary>A request over a socket of its own whose body never ends: what a slow sender, or one that means harm, looks like.</summary>
public sealed class HalfRequest : IDisposable
{
    private readonly TcpClient _socket = new();

    public static async Task<HalfRequest> SendAsync(Uri to, string contentType, CancellationToken stop)
    {
        var request = new HalfRequest();
        await request._socket.ConnectAsync(to.Host, to.Port, stop);
        var head =
            $"POST {to.PathAndQuery} HTTP/1.1\r\nHost: {to.Authority}\r\nContent-Type: {contentType}\r\nContent-Length: 1000\r\n\r\nhalf";
        await request._socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), stop);
        return request;
    }

    /// <summary>The first line of the answer.</summary>
    public async Task<string> AnswerAsync(CancellationToken stop)
    {
        using var reader = new StreamReader(_socket.GetStream(), Encoding.ASCII, leaveOpen: true);
        return await reader.ReadLineAsync(stop) ?? "";
    }

    public void Dispose() => _socket.Dispose();
}
