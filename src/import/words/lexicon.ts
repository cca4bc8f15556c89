/**
 * The words that results are written with, beside the names of ends, modes, conditions and units: words for what was measured and how, and the
 * small words of each language. A word that is none of these names something that the import does not know.
 * @packageDocumentation
 */
import { SMALL_WORDS } from "./small-words.js";

const words = (...lines: readonly string[]): ReadonlySet<string> => new Set(lines.flatMap((line) => line.split(" ")));

/** Whole words, in small letters. */
const KNOWN: ReadonlySet<string> = words(
  ...SMALL_WORDS,
  // English: small words
  "a an the this that these those it its it's that's there's we i you they he she our ours my mine your yours their them themselves itself us me one two three four five six eight ten both all each any some none no not",
  "and or but so then thus hence as than like just only even still also too already again once now here there today yesterday currently right away however instead else otherwise",
  "of in on at to from for with without within into onto over under via through by between across inside outside among about around roughly approximately approx approximatively nearly almost exactly precisely circa ca up down out off per after before during while when where whereas if because since until against versus vs",
  "is are was were be been being am do does did doing done has have had having can could will get's let would i'm i've we've we're isn't doesn't don't",
  "very much many more less few several quite rather pretty really barely hardly merely slightly always never usually mostly often consistently constantly constant steady stable stably first second third fourth fifth last next other another same similar different separate distinct respectively total altogether together combined aggregate aggregated sum",
  "what which who how why yes hi hello hey folks guys please thanks ok okay fine good bad poor low high slow fast slower faster higher lower better worse great nice terrible awful strange weird normal unexpected expected full half quarter third tenth times",
  // English: what was measured, and how
  "significantly considerably noticeably clearly substantially dramatically severely exactly bare port command commands annotation annotations limit limits overhead own via saw seen got gave given took came gone made went done fell ran been said shown held kept found throughput bandwidth bandwidths bitrate bitrates speed speeds rate rates performance goodput latency latencies rtt rtts ping pings time times response delay delays roundtrip trip trips round transfer transfers traffic transaction transactions request requests req packet packets pkt message messages msg datagram datagrams frame frames connection connections link-local bits bit bytes byte second seconds sec minute minutes min avg average averages averaged mean median value values number numbers figure figures result results output outputs measurement measurements measure measures test tests tested testing benchmark benchmarks bench run runs running ran rerun try tries trial attempt attempts round rounds iteration iterations comparison baseline reference sample samples summary",
  "tcp udp icmp http https sctp quic ipv4 ipv6 stream streams flow flows thread threads parallel concurrent concurrency single multi multiple multithreaded client clients sender senders receiver receivers receive received send sent end ends side sides side-by-side path paths route way direction directions forward backward reverse bidirectional bidir unidirectional download downloads upload uploads up-link ingress egress inbound outbound rx tx east west north south",
  "network networks networking net plain raw pure direct directly natively native default defaults standard normal basic simple clean idle empty fresh optimal tuned untuned settings options option parameters large small big tiny long short size sizes kernel mtu mss window duration interval",
  "node-to-node host-to-host pod-to-pod to-end actual actually effective effectively real really reality observed retransmits retransmissions retransmit retries loss lost drop drops dropped percent percentile jitter p50 p90 p95 p99 max maximum min minimum worst best peak",
  "change changes changed creat created old new current previous former original earlier later recent latest staging production prod dev cluster clusters setup environment config configuration case cases scenario scenarios situation variant mode modes type kind step part table column row line figure graph chart nbsp",
  "get give take see know run go say let arasi encap noencap tl dr tldr btw fyi imo afaik edit update lxd lxc nspawn rootless podman fan rr crr stream maerts lat bw tcp_rr broken true false each takes copying copy copied plugin plugins nothing changed everything something linux windows ubuntu debian centos fedora rhel arm arm64 amd64 x86 vm vms server servers worker workers machine machines metal box boxes ip ips ipv4 address addresses port ports interface interfaces cpu cpus core cores load access route routed routing tunnel tunnelled bridge bridged nat masquerade encapsulated encapsulation overlay underlay kube-proxy k3s rke rke2 k0s eks gke aks kind minikube wireguard ipsec encryption mtls tls istio linkerd envoy sidecar mesh ebpf xdp ipvs iptables nftables offload offloading gro gso tso lro tuning status report reports reply replies update upgrade reboot restart fix patch port-forward daemonset deployment namespace namespaces zone zones rack racks site region az same-zone cross-zone",
  // German
  "der die das den dem des ein eine einer eines einem einen und oder aber sondern doch jedoch nur noch auch schon erst bereits sehr viel viele mehr weniger etwa rund ca knapp ungefähr circa genau fast kaum gerade einmal immer nie meist stets konstant stabil jeweils beide beiden beim bei im in am an auf aus außen innen von vom zu zum zur nach über unter durch mit ohne für gegen zwischen innerhalb außerhalb um seit bis ab vor hinter während wenn sobald falls da dann wo was wie als so sonst dort hier jetzt nun heute gestern derzeit aktuell direkt selbst selber eigentlich tatsächlich allerdings dagegen hingegen nämlich bzw beziehungsweise bspw",
  "ich wir ihr sie er es man uns mir mich unser unsere unseren unserem unserer mein meine meinen euer seine ihre dieser diese dieses diesen diesem jene derselbe demselben denselben gleiche gleichen gleicher anderen andere anderer verschiedenen verschiedene zweiten erste ersten zweite dritte letzte ist sind war waren sei sein wird werden wurde wurden worden hat haben hatte habe hatten kann können kommt kommen geht gehen liegt liegen lag lagen steht bleibt bleiben fällt sinkt bricht ein gibt leider ja nein ab davon darauf darin damit dazu dabei darüber selben getrennten",
  "langsamer schneller höher niedriger geringer besser schlechter kleiner größer weniger mehr gleich genauso durchsatz bandbreite datenrate rate geschwindigkeit übertragung übertragungsrate leistung performance latenz latenzen umlaufzeit laufzeit paketumlaufzeit antwortzeit antwortzeiten verzögerung zeit dauer ms messung messungen messwert messwerte test tests versuch lauf läufe durchlauf ergebnis ergebnisse wert werte zahl zahlen mittel mittelwert schnitt durchschnitt durchschnittlich mittlere median vergleich anfragen anfrage abfragen pakete paket nachrichten verbindung verbindungen strom ströme faden fäden richtung richtungen hin rück empfang empfangen gesendet sender empfänger netz netzwerk netzwerke verkehr weg strecke pfad kleine kleinen große großen kleiner größe standard standardmäßig normal schlecht gut langsam schnell alt alte alten neu neue neuen cluster umgebung betrieb alle allen insgesamt zusammen einzeln einzelne einzelner einzelnen sekunde sekunden pro je server rechner update unverändert neustart umstellung seiten ende enden gegenstelle schnittstelle adresse",
  // Spanish
  "el la los las un una unos unas y e o u pero sino aunque que de del al a en con sin para por entre desde hasta hacia sobre bajo contra según tras durante mediante dentro fuera cuando donde mientras como si no sí ya aún todavía solo sólo solamente apenas casi unos cerca aproximadamente alrededor más menos muy mucho mucha siempre nunca también ahora aquí hoy ayer después antes luego mismo misma mismos mismas otro otra otros otras distinto distintos distinta distintas diferente diferentes ambos ambas cada todo todos toda todas este esta estos estas ese esa eso esos lo le les se nos me mi mis su sus nuestro nuestra nuestros yo nosotros es son era eran fue fueron está están estaba ha han he hemos hay tiene tienen va van sí mismos directamente directo",
  "lento lenta lentos rápido rápida peor mejor mayor menor alto bajo igual rendimiento ancho banda velocidad tasa caudal latencia latencias retardo tiempo tiempos respuesta ida vuelta tráfico transferencia prueba pruebas medición mediciones medida medidas resultado resultados valor valores media medio promedio mediana comparación peticiones petición solicitudes paquetes paquete mensajes conexión conexiones flujo flujos hilo hilos dirección sentido bajada subida red redes camino ruta segundo segundos pequeños grandes tamaño nuevo nueva viejo vieja antiguo actual normal físico física físicos físicas total cliente servidor corriendo ejecutando usando obtenido obtenida medido medida",
  // French
  "le la les l un une des du de d au aux et ou mais donc or ni car que qui quoi dont où quand si ne pas plus moins très trop peu beaucoup seulement juste encore déjà toujours jamais environ près presque à en dans sur sous avec sans pour par entre vers chez depuis jusque pendant avant après alors tandis ainsi aussi même mêmes autre autres différent différents différente différentes deux trois quatre chaque tout tous toute toutes ce cet cette ces ça cela c'est c on je j'ai nous vous ils elles il elle notre nos mon ma mes leur leurs est sont était étaient a ont avait y qu'entre qu'en qu n'est directement direct ici maintenant hors dehors dedans intérieur extérieur côté",
  "lent lente lents rapide rapides pire mieux élevé élevée faible égal débit débits bande passante vitesse taux latence latences délai temps réponse aller retour trafic transfert test tests essai essais mesure mesures mesuré mesurée résultat résultats valeur valeurs moyenne moyen médiane comparaison requêtes requête paquets paquet connexion connexions flux sens direction descendant montant téléchargement réseau réseaux chemin seconde secondes petits grands taille nouveau nouvelle ancien ancienne actuel normal physique physiques client serveur",
  // Portuguese and Italian
  "o os a as um uma uns umas e ou mas porém que do da dos das no na nos nas ao aos pelo pela em com sem para por entre desde até sobre dentro fora quando onde enquanto como se não sim já ainda só somente apenas quase cerca aproximadamente mais menos muito sempre nunca também agora aqui hoje ontem depois antes mesmo mesma outro outra outros diferentes distintos ambos cada todos esse essa isso este esta isto eu nós eles meu minha nosso nossa seu é são era eram foi foram está estão tem têm há si",
  "rendimento desempenho largura banda velocidade taxa vazão latência atraso tempo resposta tráfego transferência teste testes medição medições resultado resultados valor média mediana requisições pedidos pacotes mensagens conexão conexões fluxo rede redes caminho direção segundo segundos cliente servidor físico física diretamente",
  "il lo gli i un uno una e o ma però che di del dello della dei degli delle al allo alla ai agli alle dal dalla in nel nella nei nelle con senza per tra fra su sul sulla sui dentro fuori quando dove mentre come se non sì già ancora solo soltanto circa quasi più meno molto sempre mai anche ora qui oggi poi prima dopo stesso stessa altro altri diversi entrambi ogni questo questa quello io noi è sono era ha hanno ho abbiamo c'è si direttamente",
  "prestazioni larghezza banda velocità portata latenza ritardo tempo risposta traffico trasferimento test prova prove misura misure risultato risultati valore media richieste pacchetti connessione connessioni flusso rete percorso secondo secondi",
  // Polish and Turkish
  "między pomiędzy w we na z ze do od bez poza przez przy i oraz a ale lecz tylko jedynie około ok jest są było mamy mam to ten ta te przepustowość prędkość opóźnienie wynik wyniki pomiar średnio średnia",
  "gecikme arası arasında arasındaki için ile ve ama fakat sadece yalnızca yaklaşık bir bu hız hızı bant genişliği gecikme sonuç ölçüm ortalama saniyede",
  // Units and numbers that stand alone, and marks of lists
  "k m g b s ms us ns kb mb gb kib mib gib kbit mbit gbit mbps gbps kbps bps bit/s pps qps rps tps req/s kpps mpps x n p c d q id nr no vs e.g i.e etc",
);

/** Stems of English words that change their ends, with the ends that they may have. */
const ENGLISH =
  /^(?:creat|start|launch|execut|enter|log|open|deploy|chang|repeat|compar|measur|achiev|reach|obtain|observ|report|record|confirm|perform|benchmark|manag|deliver|transfer|transmit|communicat|talk|connect|stay|remain|drop|fall|sit|show|yield|giv|gett|hit|push|tak|look|seem|settl|hover|clock|degrad|plummet|collaps|spread|schedul|plac|locat|reproduc|happen|want|try|use|us|set|put|keep|work|go|mak|com|see|ask|notic|expect|explain|exchang|handl|process|respond|answer|serv)(?:t|p|e|es|ed|d|s|ing|ting|ping|n|en|ly|able|ment|ation)?$/u;
/** Stems of words of other languages. */
const STEMS = new RegExp(
  `^(?:${[
    "start|öffn|ausgeführt|wiederhol|verglichen|änder|messe[nr]?$|messung|messwert|gemess|misst|erreich|erziel|schaff|liefer|zeig|bekomm|bekam|erhalt|erhält|sehe|sieht|sah$|kommen|ergab|ergib|ergeb|betr(?:ag|äg|ug)|gemacht|macht|mache|ankomm|läuf|laufen|lief$|schwank|verteil|platzier|getest|testen|verbind|verbund|deutlich|spürbar|erheblich|wesentlich|merklich|(?:gesamt|netz|netzwerk|tcp|udp|daten)(?:durchsatz|bandbreite|latenz|verkehr)",
    "mid[oió]|medi[rdmc]|obten|obtien|obtuv|alcanz|consig|conseg|llega|llego|logra|logr[óo]|muestr|mostr|registr[aó]|marca|qued|baja|cae|rind|atiend|despleg|ejecut|ubic|dan?$|dio$|ve[om]|vemos|bastante|considerable|notable",
    "mesur|obtien|obten|attei|affich|montr|donn|arriv|plafonn|tomb|chut|voi[ts]$|voyons|situ[éeon]|déploy|exécut|lanc|nettement",
    "alcan|ating|consegu|mostra|chega|cai$|fica|misur|otten|raggiung|mostr|ottien",
    "измер|замер|показ|получ|достиг|достиж|выда|вид|да[её]т|дают|дал|составл|упал|пада|держ|переда|обмен|скорост|пропускн|способност|задержк|пинг|врем|отклик|трафик|тест|результат|значен|средн|медиан|сравн|запрос|пакет|соединен|поток|сет[иьяе]|сетев|напрям|секунд|передач|производительн|клиент|сервер|размещ|запущ|запуск|нов|стар|обычн|прям|физическ|виртуальн|заметн|значительн|намного",
    "wynos|osiąg|uzysk|mierz|zmierz|pokazuj|ölç|ulaş|gör|veriyor",
  ].join("|")})`,
  "u",
);
/** Small words of Russian. */
const RUSSIAN = words(
  "а и но или же в во на с со у от до из за по к ко о об при про под над между внутри снаружи вне без через для тогда как что где когда если то это этот эта эти того том тех тот та те те же он она оно они мы я вы наш наша наши мой моя свой не ни только всего лишь ещё еще уже около примерно почти порядка приблизительно более менее очень так также здесь тут сейчас теперь сегодня было был была были есть нет один одна одно одном одного разных разными разные другой другом других двух двумя обоих оба обе три пять напрямую максимум минимум итого раз вместо против",
);

/** CJK words that results are written with; the longest come first. */
const CJK = [
  "测试结果 测试场景 测试项目 传输速度 传输速率 网络性能 网络带宽 网络延迟 平均延迟 往返延迟 往返时间 响应时间 吞吐量 吞吐率 带宽 吞吐 速率 速度 延迟 时延 性能 流量 下载 上传 请求数 请求 连接数 连接 并发 单线程 多线程 线程 单流 多流 数据包 报文 小包 大包 包 丢包 平均 平均值 中位数 明显 显著 大约 大概 约 左右 差不多 接近 将近 几乎 基本 稳定 一般 正常",
  "测试 测得 测出 测量 测 实测 压测 跑到 跑出 跑 达到 可达 可以 能够 能 可 只有 仅有 仅 仅仅 只能 只 就 才 有 为 是 得到 结果 显示 看到 降到 掉到 下降到 变成 维持在 保持在 稳定在 提升 依然 仍然 仍 还有 还 也 都 却 但是 但 而且 而 不过 然而 如果 当 时候 时 的 了 在 和 与 及 以及 或 之间 之 间 到 至 从 对 往 上 中 里 内 外 下 部署 运行 启动 使用 用 通过 经过 直接 直连 互相 相互 互通 通信 互访 访问 传输 发送 接收 实际 实际上 我们 我 我的 这 那 这里 现在 目前 今天 昨天 同样 同 相同 不同 各 每 每秒 秒 分别 两个 两台 两 三台 三 一个 一台 一 二 四 五 个 台 次 条 第 组 网络 网 环境 集群 系统 默认 情况 场景 模式 方式 类型 项目 项 数据 单位 大小 字节 方向 正向 反向 客户端 服务端 自己 本身 非常 很 太 比较 较 慢 快 低 高 差 好 也就 反而 突然 后 前 优化 升级 修改 调整 更新 之前 之后 以前 以后 旧 新 请问 为什么 怎么 吗 呢 啊 吧 多 少 些 点 收到 接收到 收 得 看 挂 走 换 换成 变 变为 所 以 被 把 给 由 其 其中 它 他 们 会 要 不 没 没有 无 并 并且 另外 此外 分 别 均 均为 单 双 双向 单向 端 端到端 执行 命令 工具 值 最终 最后 首先 然后 接着 再 同一 跨",
  "使 スループット 帯域幅 帯域 速度 遅延 レイテンシ 応答時間 応答 往復 通信 転送 計測 測定 結果 実測 平均 平均値 約 程度 前後 経由 直接 同士 間 中 外 内 上 場合 時 と比 比 速 遅 出 非常 値 回 秒 毎秒 今 現在 私 環境 同 別 異 他 リクエスト パケット テスト ベンチ ベンチマーク ネットワーク クラスタ クラスター クライアント サーバ サーバー ストリーム デフォルト",
]
  .join(" ")
  .split(" ")
  .sort((a, b) => b.length - a.length);
const CJK_KNOWN = new RegExp([...new Set(CJK)].join("|"), "gu");

/** Whether a word of an alphabet is one that results are written with; compounds are, when their parts are. */
export function isKnownWord(word: string): boolean {
  const small = word.toLowerCase().replace(/['’]s$/u, "");
  // Adverbs say how, never what.
  if (/^[a-z]{4,}ly$/u.test(small) || KNOWN.has(small) || RUSSIAN.has(small) || ENGLISH.test(small) || STEMS.test(small)) return true;
  const parts = small.split(/[-'’]/u).filter((part) => part !== "");
  return parts.length > 1 && parts.every((part) => part.length === 1 || isKnownWord(part));
}

/** What a run of CJK characters says beside the words that results are written with; kana that only join words say nothing. */
export const unknownCjk = (run: string): string =>
  run.replace(CJK_KNOWN, " ").replaceAll(/[\p{Script=Hiragana}\p{Script=Hangul}ー\s]/gu, "");
