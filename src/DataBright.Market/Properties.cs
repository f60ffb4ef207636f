using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("DataBright.Market.Tests")]
[assembly: InternalsVisibleTo("DataBright.EndToEnd")]
