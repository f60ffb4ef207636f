using DataBright.Ethereum;

namespace DataBright.Node.Watching;

/// <summary>Tells once when a collector takes nothing, and once when it does again.</summary>
internal sealed class OtlpFailureLog(Uri collector, ILogger log)
{
    private int _isAway;

    public HttpClient Client() => new(new Handler(this)) { Timeout = TimeSpan.FromSeconds(5) };

    private void Note(string? trouble)
    {
        var isAway = trouble is null ? 0 : 1;
        if (Interlocked.Exchange(ref _isAway, isAway) == isAway) return;
        if (trouble is null) log.LogWarning("{Collector} takes metrics and traces again", ChainException.Shown(collector));
        else log.LogWarning("{Collector} takes no metrics and traces: {Trouble}. The node goes on, and tries again",
            ChainException.Shown(collector), trouble);
    }

    private sealed class Handler(OtlpFailureLog notice)
        : DelegatingHandler(new SocketsHttpHandler { ActivityHeadersPropagator = null, AllowAutoRedirect = false })
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return Noted(base.Send(request, cancellationToken));
            }
            catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
            {
                notice.Note(Words(fault));
                throw;
            }
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return Noted(await base.SendAsync(request, cancellationToken));
            }
            catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
            {
                notice.Note(Words(fault));
                throw;
            }
        }

        private HttpResponseMessage Noted(HttpResponseMessage response)
        {
            notice.Note(response.IsSuccessStatusCode ? null : $"it answers HTTP {(int)response.StatusCode}");
            return response;
        }

        private static string Words(Exception fault) =>
            fault is HttpRequestException http ? (http.InnerException ?? http).Message.TrimEnd('.') : "it does not answer in time";
    }
}
