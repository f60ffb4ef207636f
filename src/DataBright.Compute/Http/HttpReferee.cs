using System.Net.Http.Headers;
using System.Text.Json;
using DataBright.Compute.Disputes;
using DataBright.Compute.Protocol;
using DataBright.Compute.Referees;
using DataBright.Ethereum;
using DataBright.Storage;

namespace DataBright.Compute.Http;

/// <summary>A referee elsewhere. Its base address is the referee's.</summary>
public sealed class HttpReferee(HttpClient http) : IReferee
{
    public async Task<Address> AddressAsync(CancellationToken stop)
    {
        using var response = await http.GetAsync("referee/address", stop);
        response.EnsureSuccessStatusCode();
        var text = await response.Content.ReadAsStringAsync(stop);
        return Address.TryParse(text, out var address)
            ? address : throw new HttpRequestException($"{http.BaseAddress} did not answer as a referee does.");
    }

    public async Task<Ruling> JudgeAsync(SignedMessage dossier, CancellationToken stop)
    {
        using var frame = new MemoryStream();
        await SignedFrame.WriteAsync(frame, dossier, Attachment.None, stop);
        using var content = new ByteArrayContent(frame.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue(SignedFrame.ContentType);
        using var response = await http.PostAsync("referee/judge", content, stop);
        var body = await response.Content.ReadAsByteArrayAsync(stop);
        if (!response.IsSuccessStatusCode)
            throw RefusalProblem.Find(response.Content.Headers.ContentType?.MediaType, body) is { } refused
                ? new EvidenceException(refused.Message, refused)
                : new HttpRequestException($"{http.BaseAddress} answered {(int)response.StatusCode} {response.ReasonPhrase}.", null,
                    response.StatusCode);
        try
        {
            return CanonicalJson.Read<Ruling>(body);
        }
        catch (JsonException fault)
        {
            throw new HttpRequestException($"{http.BaseAddress} did not answer as a referee does: {fault.Message}", fault);
        }
    }
}
