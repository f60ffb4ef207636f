using System.Net;

namespace DataBright.Testing.Odd;

/// <summary>A listener on a free port of this machine.</summary>
public static class LoopbackListener
{
    public static (HttpListener Listener, string Url) Start()
    {
        for (var port = 30_000 + Environment.ProcessId % 10_000; ; port++)
        {
            // One that found its port taken is of no use any more.
            var listener = new HttpListener();
            var url = $"http://127.0.0.1:{port}";
            listener.Prefixes.Add(url + "/");
            try
            {
                listener.Start();
                return (listener, url);
            }
            catch (HttpListenerException)
            {
                // The next one may be free.
            }
        }
    }
}
